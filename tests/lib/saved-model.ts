// Saves a model and loads it again, in memory.
import { tf } from "cellwise";

type Artifacts = Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0];

/** What `tf.loadLayersModel` makes of what `model.save` wrote; the text form of the topology is gone through on the way. */
export async function saveAndLoad(
  model: tf.LayersModel,
  options: { includeOptimizer?: boolean } = {},
): Promise<tf.LayersModel> {
  let saved: Artifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
    options,
  );
  const { modelTopology, weightSpecs, weightData, trainingConfig } = saved as Artifacts;
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: JSON.parse(JSON.stringify(modelTopology)),
      ...(weightSpecs && { weightSpecs }),
      ...(weightData && { weightData }),
      ...(trainingConfig && { trainingConfig: JSON.parse(JSON.stringify(trainingConfig)) }),
    }),
  );
}
