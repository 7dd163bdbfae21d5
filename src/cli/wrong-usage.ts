/** How a command ends that was called in a way that makes no sense: `EX_USAGE` of sysexits.h. */
export const WRONG_USAGE = 64;
