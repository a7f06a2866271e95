// One variant of one benchmark, alone in its process: what the engine learns about it, no other variant has taught it.
const [module, name, parameters] = process.argv.slice(2);

let variant;

const tasks = {
  create: async () => {
    const { variants } = await import(module);
    variant = await variants[name](JSON.parse(parameters));
    return {};
  },
  /** Runs once and tells the end state, which must be the same for every variant. */
  check: async () => {
    await variant.prepare?.();
    await variant.run();
    return { state: await variant.state?.() };
  },
  run: async () => {
    await variant.prepare?.();
    globalThis.gc();
    const cpu = process.cpuUsage();
    const start = performance.now();
    const done = await variant.run();
    const elapsed = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const operations = typeof done === 'number' ? done : done.operations;
    return {
      ns: done.ns ?? (1e6 * elapsed) / operations,
      cpuNs: (1e3 * (user + system)) / operations,
      extra: done.extra,
    };
  },
  measure: async () => ({ figures: await variant.measure?.() }),
};

process.on('message', async (task) => {
  try {
    process.send({ value: await tasks[task]() });
  } catch (error) {
    process.send({ error: error.stack ?? String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
