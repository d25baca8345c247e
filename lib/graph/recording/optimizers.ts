// tfjs's seven optimizers as TensorFlow's update ops. Each rule computes what tfjs's `applyGradients` computes, with the same
// slots (tfjs's own variables, so that an optimizer can go on in either way), the learning rate being read at every step.
// The papers are named at each rule; where tfjs departs from one, the rule follows tfjs, and the comment says how.

import { type AppliesGradients, type Slot, withSlotsOf } from "../../tfjs/mends/engine";
import type { Adadelta, Adagrad, Adam, Adamax, Momentum, RmsProp } from "../../tfjs/optimizers";
import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import type { Output } from "./definition";
import type { CountsSteps, Updates } from "./recorder";

/** One variable to update: its place in the optimizer's slots and its gradient, undefined where the loss ignores it. */
interface Target {
  readonly index: number;
  readonly variable: tf.Variable;
  readonly gradient: Output | undefined;
}

interface Rule {
  readonly optimizer: { readonly prototype: object };
  /** Adds one step of this optimizer to the graph. */
  readonly update: (optimizer: unknown, targets: readonly Target[], updates: Updates) => void;
}

function rule<Options extends { learningRate: number }>(
  optimizer: { readonly prototype: object },
  update: (optimizer: Options, learningRate: Output, targets: readonly Target[], updates: Updates) => void,
  factor: (optimizer: Options) => number = () => 1,
): Rule {
  return {
    optimizer,
    update: (instance, targets, updates) => {
      const options = instance as Options;
      update(
        options,
        updates.hostScalar(options, () => options.learningRate * factor(options)),
        targets,
        updates,
      );
    },
  };
}

/** A variable's slot, made the way tfjs makes it when it is not there yet. */
function slot(slots: Slot[], { index, variable }: Target, suffix: string, initial = 0): tf.Variable {
  const known = slots[index];
  if (known !== undefined) return known.variable;
  const made = tf.tidy(() => tf.fill(variable.shape, initial).variable(false));
  slots[index] = { originalName: `${variable.name}/${suffix}`, variable: made };
  return made;
}

/** Stochastic gradient descent: value − rate · gradient. */
const sgd = rule<{ learningRate: number }>(tf.SGDOptimizer, (_, rate, targets, updates) => {
  for (const { variable, gradient } of targets) {
    if (gradient !== undefined) updates.apply("ResourceApplyGradientDescent", [variable], [rate, gradient]);
  }
});

/** Polyak 1964; with `useNesterov` Sutskever et al. 2013. */
const momentum = rule<Momentum>(tf.MomentumOptimizer, (optimizer, rate, targets, updates) => {
  for (const target of targets) {
    const accumulation = slot(optimizer.accumulations, target, "momentum");
    if (target.gradient === undefined) continue;
    const inputs = [rate, target.gradient, updates.constant(optimizer.momentum)];
    const nesterov = { use_nesterov: { kind: "boolean", value: optimizer.useNesterov } } as const;
    updates.apply("ResourceApplyMomentum", [target.variable, accumulation], inputs, nesterov);
  }
});

/** Duchi et al. 2011. tfjs adds epsilon under the root, TensorFlow's op outside it, so this one is composed. */
const adagrad = rule<Adagrad>(tf.AdagradOptimizer, (optimizer, rate, targets, updates) => {
  const epsilon = updates.constant(tf.backend().epsilon());
  for (const target of targets) {
    const sum = slot(optimizer.accumulatedGrads, target, "accumulator", optimizer.initialAccumulatorValue);
    if (target.gradient === undefined) continue;
    const newSum = updates.compute("AddV2", updates.read(sum), updates.compute("Square", target.gradient));
    const root = updates.compute("Sqrt", updates.compute("AddV2", newSum, epsilon));
    const change = updates.compute("Mul", rate, updates.compute("RealDiv", target.gradient, root));
    updates.assign(sum, newSum);
    updates.assign(target.variable, updates.compute("Sub", updates.read(target.variable), change));
  }
});

/** Tieleman and Hinton 2012; centered: Graves 2013, where tfjs takes epsilon off instead of adding it. */
const rmsprop = rule<RmsProp>(tf.RMSPropOptimizer, (optimizer, rate, targets, updates) => {
  const { decay, momentum: kept, epsilon, centered } = optimizer;
  for (const target of targets) {
    const meanSquare = slot(optimizer.accumulatedMeanSquares, target, "rms");
    const moment = slot(optimizer.accumulatedMoments, target, "momentum");
    const mean = centered ? slot(optimizer.accumulatedMeanGrads, target, "mg") : undefined;
    if (target.gradient === undefined) continue;
    const inputs = [rate, updates.constant(decay), updates.constant(kept)];
    if (mean === undefined) {
      const all = [...inputs, updates.constant(epsilon), target.gradient];
      updates.apply("ResourceApplyRMSProp", [target.variable, meanSquare, moment], all);
    } else {
      const all = [...inputs, updates.constant(-epsilon), target.gradient];
      updates.apply("ResourceApplyCenteredRMSProp", [target.variable, mean, meanSquare, moment], all);
    }
  }
});

/** Zeiler 2012, but tfjs divides by the average of the squares as it was before this gradient; so this one is composed. */
const adadelta = rule<Adadelta>(tf.AdadeltaOptimizer, (optimizer, rate, targets, updates) => {
  const [rho, rest, epsilon] = [optimizer.rho, 1 - optimizer.rho, optimizer.epsilon].map((x) => updates.constant(x));
  if (rho === undefined || rest === undefined || epsilon === undefined) return;
  for (const target of targets) {
    const squares = slot(optimizer.accumulatedGrads, target, "accum_grad");
    const changes = slot(optimizer.accumulatedUpdates, target, "accum_var");
    if (target.gradient === undefined) continue;
    const root = (x: Output): Output => updates.compute("Sqrt", updates.compute("AddV2", x, epsilon));
    const average = (old: Output, x: Output): Output =>
      updates.compute(
        "AddV2",
        updates.compute("Mul", old, rho),
        updates.compute("Mul", updates.compute("Square", x), rest),
      );
    const [oldSquares, oldChanges] = [updates.read(squares), updates.read(changes)];
    const change = updates.compute(
      "Mul",
      updates.compute("RealDiv", root(oldChanges), root(oldSquares)),
      target.gradient,
    );
    updates.assign(squares, average(oldSquares, target.gradient));
    updates.assign(changes, average(oldChanges, change));
    const scaled = updates.compute("Mul", rate, change);
    updates.assign(target.variable, updates.compute("Sub", updates.read(target.variable), scaled));
  }
});

/**
 * TensorFlow's op computes 1 − beta2 in single precision, which is 0.0013 % too small for 0.999, and the second moment with
 * it; the root of that error is taken out of the learning rate and of epsilon.
 */
const secondMomentError = ({ beta2 }: Adam): number => Math.sqrt((1 - Math.fround(beta2)) / (1 - beta2));

/**
 * Kingma and Ba 2015, algorithm 1. TensorFlow's op follows the reordered form at the end of the paper's section 2, whose
 * epsilon is smaller by the root of the second bias correction: it is handed in that way, so that both are the same.
 */
const adam = rule<Adam>(
  tf.AdamOptimizer,
  (optimizer, rate, targets, updates) => {
    const { accBeta1, accBeta2 } = optimizer;
    const [power1, power2] = [updates.read(accBeta1), updates.read(accBeta2)];
    const [beta1, beta2] = [updates.constant(optimizer.beta1), updates.constant(optimizer.beta2)];
    const correction = updates.compute("Sqrt", updates.compute("Sub", updates.constant(1), power2));
    const epsilon = updates.compute(
      "Mul",
      correction,
      updates.constant(optimizer.epsilon * secondMomentError(optimizer)),
    );
    for (const target of targets) {
      const first = slot(optimizer.accumulatedFirstMoment, target, "m");
      const second = slot(optimizer.accumulatedSecondMoment, target, "v");
      if (target.gradient === undefined) continue;
      const inputs = [power1, power2, rate, beta1, beta2, epsilon, target.gradient];
      updates.apply("ResourceApplyAdam", [target.variable, first, second], inputs);
    }
    updates.assign(accBeta1, updates.compute("Mul", power1, beta1));
    updates.assign(accBeta2, updates.compute("Mul", power2, beta2));
  },
  secondMomentError,
);

/** Kingma and Ba 2015, section 7.1, with tfjs's decay of the learning rate. */
const adamax = rule<Adamax>(tf.AdamaxOptimizer, (optimizer, rate, targets, updates) => {
  const { accBeta1, iteration } = optimizer;
  const one = updates.constant(1);
  const [power, count] = [updates.read(accBeta1), updates.read(iteration)];
  const slowed = updates.compute("AddV2", updates.compute("Mul", count, updates.constant(optimizer.decay)), one);
  const decayed = updates.compute("RealDiv", rate, slowed);
  const [beta1, beta2] = [updates.constant(optimizer.beta1), updates.constant(optimizer.beta2)];
  for (const target of targets) {
    const first = slot(optimizer.accumulatedFirstMoment, target, "m");
    const norm = slot(optimizer.accumulatedWeightedInfNorm, target, "v");
    if (target.gradient === undefined) continue;
    const inputs = [power, decayed, beta1, beta2, updates.constant(optimizer.epsilon), target.gradient];
    updates.apply("ResourceApplyAdaMax", [target.variable, first, norm], inputs);
  }
  updates.assign(iteration, updates.compute("AddV2", count, one));
  updates.assign(accBeta1, updates.compute("Mul", power, beta1));
});

/** One rule for each class; a subclass that calls `super.applyGradients` (to clip, say) goes through its parent's. */
const rules: readonly Rule[] = [sgd, momentum, adagrad, rmsprop, adadelta, adam, adamax];

/** Makes tfjs's optimizers write their updates into the graph until the replacements are restored. */
export function replaceOptimizers(replacements: Replacements, updates: Updates): void {
  for (const { optimizer, update } of rules) {
    replacements.replace(
      optimizer.prototype as AppliesGradients,
      "applyGradients",
      () =>
        function (this: unknown, gradients) {
          const named = Array.isArray(gradients)
            ? gradients
            : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
          const registered = tf.engine().registeredVariables;
          const targets = named.map(({ name, tensor }, index) => ({
            index,
            variable: registered[name] as tf.Variable,
            gradient: tensor ? updates.recorder.source(tensor) : undefined,
          }));
          const variables = targets.map(({ variable }) => variable);
          withSlotsOf(this as object, variables, () => update(this, targets, updates));
          updates.optimizers.push(this as CountsSteps);
        },
    );
  }
}
