/** Seconds for people: `45 s`, `7 min 29 s`. */
export function inMinutes(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
