/**
 * What npm runs ends when npm is ended: it hands SIGTERM to the shell between it and the script alone, and that one's end is all that the
 * script sees of it. Without npm nothing is watched: whoever starts a script in the background of a shell may leave.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const ticker = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(ticker);
    process.kill(process.pid, 'SIGTERM'); // as if it had reached us: child.mjs hands it on
  }, 500);
  ticker.unref(); // to look is no reason to go on
}
