/** As a stack that does not start. */
export default function setup(): void {
  if (process.env.SETUP_FAILS !== undefined) throw new Error('It does not start.');
}
