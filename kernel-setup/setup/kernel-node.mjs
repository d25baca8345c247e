// Which Node the kernel runs on.

/** @returns {string} the program */
export const kernelNode = () => process.execPath;
