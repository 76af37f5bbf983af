/** Who started this program, as the script that runs it says: it may have ended while `node` was starting. */
const starter = Number(process.env.STACK_PARENT_PID ?? process.ppid);

/** Whether whoever started this program has ended, however that was. */
export const isStarterGone = (): boolean => process.ppid !== starter;
