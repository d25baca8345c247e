// TensorFlow's libraries, taken from its Python wheels: which wheel for which platform, its digest and its size.
//
// Any wheel of a platform holds the same libraries, so the one for Python 3.11 is taken whatever Python is installed.

/**
 * @typedef {object} Wheel
 * @property {string} project the name on the Python package index
 * @property {string} version
 * @property {string} platform pip's platform tag
 * @property {string} sha256
 * @property {number} bytes the size of the wheel
 * @property {string[]} libraries the shared libraries, as they lie in the wheel's `tensorflow` folder
 */

const linux = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const macos = ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"];

/** @type {Record<string, Wheel>} */
export const wheels = {
  "linux-x64": {
    project: "tensorflow-cpu",
    version: "2.21.0",
    platform: "manylinux_2_27_x86_64",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    bytes: 273_829_956,
    libraries: linux,
  },
  "linux-arm64": {
    project: "tensorflow",
    version: "2.21.0",
    platform: "manylinux_2_27_aarch64",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    bytes: 281828020,
    libraries: linux,
  },
  "darwin-arm64": {
    project: "tensorflow",
    version: "2.21.0",
    platform: "macosx_12_0_arm64",
    sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
    bytes: 223405849,
    libraries: macos,
  },
  // The last release for Intel Macs.
  "darwin-x64": {
    project: "tensorflow",
    version: "2.16.2",
    platform: "macosx_10_15_x86_64",
    sha256: "ec06570d57bfa0e2be804405e3cdc2960e94887e7619ffb6bc053e9775b695aa",
    bytes: 259588062,
    libraries: macos,
  },
};

/** The oldest C library that the Linux wheels run on (their manylinux tag). */
export const oldestGlibc = [2, 27];

/** @returns {Wheel | undefined} */
export const wheelForThisMachine = () => wheels[`${process.platform}-${process.arch}`];
