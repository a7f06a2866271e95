import type { JournalRecord } from '../orders/record.js';
import { writeBase, type Home } from './base.js';
import { logName, sortFiles } from './files.js';
import type { JournalPlace, Survey } from './survey.js';

/** The log that takes new records, and what all the files take. */
export type Start = { readonly number: number; readonly size: number; readonly bytes: number };

/** Makes the files hold what the survey found and nothing else. Each step leaves a journal that can be read. */
export async function repairJournal(home: Home, survey: Survey): Promise<Start> {
  const { files, torn } = survey;
  await removeStale(home);
  if (survey.damage.length > 0) return replace(home, survey);
  if (torn !== undefined) await cut(home, torn);
  const lost = torn?.bytes ?? 0;
  const last = files.logs.at(-1);
  if (last === undefined) return { number: (files.base ?? 0) + 1, size: 0, bytes: survey.bytes };
  // A process that was killed may have left it to the operating system.
  if (survey.lastBytes > 0) await home.disk.sync(`${home.folder}/${logName(last)}`);
  return { number: last, size: survey.lastBytes, bytes: survey.bytes - lost };
}

/** Removes the files that a base has taken the place of, and those that were never finished. */
export async function removeStale({ disk, folder }: Home): Promise<void> {
  for (const name of sortFiles(await disk.list(folder)).stale) await disk.remove(`${folder}/${name}`);
}

/**
 * Takes out orders whose beginning is lost: what is left of them does not say what they are.
 * Only damage does that.
 */
export function takeOrphans({ store, damage }: Survey): readonly JournalRecord[] {
  if (damage.length === 0) return [];
  const orphans = [...store.orders()].flatMap((clientOrderId) => {
    const records = store.ofOrder(clientOrderId);
    const first = records[0]?.kind;
    return first === 'intent' || first === 'operation' ? [] : [records];
  });
  for (const [first] of orphans) if (first !== undefined) store.forget(first.clientOrderId);
  return orphans.flat();
}

/** Ends a log where its last whole record ends. */
async function cut({ disk, folder }: Home, { file, offset }: JournalPlace): Promise<void> {
  const path = `${folder}/${file}`;
  if (offset === 0) return disk.remove(path);
  let left = offset;
  for await (const chunk of disk.read(path)) {
    disk.append(`${path}.new`, chunk.subarray(0, left));
    left = Math.max(0, left - chunk.length);
  }
  await disk.sync(`${path}.new`);
  await disk.rename(`${path}.new`, path);
}

/** Keeps a copy of each damaged file, then puts a base in the place of all. */
async function replace(
  home: Home,
  { files, store, damage, sequence, lastAt, told, nonce, missing }: Survey,
): Promise<Start> {
  const { disk, folder } = home;
  for (const file of new Set(damage.map((place) => place.file))) {
    const copy = `${folder}/${file}.damaged`;
    await disk.remove(copy);
    for await (const chunk of disk.read(`${folder}/${file}`)) disk.append(copy, chunk);
    await disk.sync(copy);
  }
  const number = files.logs.at(-1) ?? files.base ?? 1;
  const bytes = await writeBase(home, number, { records: [...store.from(1)], sequence, lastAt, told, nonce, missing });
  await removeStale(home);
  return { number: number + 1, size: 0, bytes };
}
