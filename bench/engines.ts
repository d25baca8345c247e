// What is compared, each in a process of its own with one thread to compute with.
import { join } from "node:path";

const PEERS = join(__dirname, "..", "peers");

/** Who else could have been chosen, as README's table puts them together. */
export type Family = "Keras" | "PyTorch" | "JAX";

interface Described {
  /** The head of its column. */
  readonly title: string;
  /** None: one of ours, to which nothing is compared. */
  readonly family?: Family;
  /** Its program: of bench/dist or of bench/peers. */
  readonly program: readonly [file: string, ...parameters: string[]];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The name on the command line begins with what it belongs to: `--peers torch` means all that begin with `torch`. */
export const ENGINES = {
  cellwise: { title: "Cellwise", program: ["node-side.js", "compiled"] },
  "cellwise-on": {
    title: "oneDNN on",
    program: ["node-side.js", "compiled"],
    environment: { TF_ENABLE_ONEDNN_OPTS: "1" },
  },
  "cellwise-off": {
    title: "oneDNN off",
    program: ["node-side.js", "compiled"],
    environment: { TF_ENABLE_ONEDNN_OPTS: "0" },
  },
  tfjs: { title: "tfjs eager", program: ["node-side.js", "eager"] },
  keras: { title: "Keras", family: "Keras", program: ["keras_side.py"] },
  "keras-onednn": {
    title: "Keras, oneDNN on",
    family: "Keras",
    program: ["keras_side.py"],
    environment: { TF_ENABLE_ONEDNN_OPTS: "1" },
  },
  "keras-xla": { title: "Keras, XLA", family: "Keras", program: ["keras_side.py", "xla"] },
  "keras-jax": {
    title: "Keras on JAX",
    family: "JAX",
    program: ["keras_side.py"],
    environment: { KERAS_BACKEND: "jax" },
  },
  jax: { title: "JAX", family: "JAX", program: ["jax_side.py"] },
  torch: { title: "PyTorch", family: "PyTorch", program: ["torch_side.py", "eager"] },
  "torch-tuned": { title: "channels last, fused Adam", family: "PyTorch", program: ["torch_side.py", "tuned"] },
  "torch-compile": { title: "torch.compile", family: "PyTorch", program: ["torch_side.py", "compile"] },
} as const satisfies Record<string, Described>;

export type Engine = keyof typeof ENGINES;

export const ENGINE_NAMES = Object.keys(ENGINES) as Engine[];

export const described = (engine: Engine): Described => ENGINES[engine];

/** One thread each, and nothing written outside of the bench's own folder. */
const ENVIRONMENT = {
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  TF_NUM_INTRAOP_THREADS: "1",
  TF_NUM_INTEROP_THREADS: "1",
  NPROC: "1",
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false",
  JAX_PLATFORMS: "cpu",
  KERAS_BACKEND: "tensorflow",
  KERAS_HOME: join(PEERS, "..", ".venv", "keras"),
  PYTHONDONTWRITEBYTECODE: "1",
  TORCHINDUCTOR_CACHE_DIR: join(PEERS, "..", ".venv", "compiled"),
  TF_CPP_MIN_LOG_LEVEL: "3",
};

/** The command and the variables that an engine is started with. */
export function launch(
  engine: Engine,
  python: string,
): { command: string; parameters: string[]; env: NodeJS.ProcessEnv } {
  const {
    program: [file, ...rest],
    environment = {},
  } = described(engine);
  const inNode = file.endsWith(".js");
  return {
    command: inNode ? process.execPath : python,
    parameters: [join(inNode ? __dirname : PEERS, file), ...rest],
    env: { ...process.env, ...ENVIRONMENT, ...environment },
  };
}
