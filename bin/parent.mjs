/**
 * What a wrapper runs (child.mjs) ends when the wrapper is gone, however it ended: `kill -9` of what somebody started must not leave the
 * program behind it running. The channel between them closes then, and that counts as a request to end.
 */
export function endWithParent() {
  if (!process.connected) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref(); // to listen is no reason to go on
}
