/** In a process that was forked: does the one job that the parent sends, and does not outlive the parent. */
export function serve(work) {
  const end = () => process.exit(1);
  process.once('disconnect', end);
  process.once('message', async (job) => {
    await work(job);
    process.off('disconnect', end);
    process.disconnect();
  });
}
