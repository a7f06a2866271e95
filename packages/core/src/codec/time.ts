import type { UnixMs } from '../model/market.js';

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * Ms since the epoch of a time as venues write it, `2023-02-09T20:32:50.714964855Z`: what is finer than a ms is cut off.
 * Throws a `RangeError` for any other text. https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function readTime(text: string): UnixMs {
  const [whole, year, month, day, hour, minute, second, fraction = '', sign, hours = 0, minutes = 0] =
    rfc3339.exec(text) ?? [];
  const [ofMonth, ofDay, ofHour] = [Number(month), Number(day), Number(hour)];
  const isDate = ofMonth >= 1 && ofMonth <= 12 && ofDay >= 1 && ofDay <= 31;
  if (whole === undefined || !isDate || ofHour > 23 || Number(minute) > 59 || Number(second) > 60)
    throw new RangeError(`${text} is not a time`);
  const seconds = daysSinceEpoch(Number(year), ofMonth, ofDay) * 86_400 + ofHour * 3_600 + Number(minute) * 60;
  const offset = (Number(hours) * 3_600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1);
  return (seconds + Number(second) - offset) * 1_000 + Number(fraction.slice(1, 4).padEnd(3, '0'));
}

/** Counted in years that begin in March, so that the leap day is the last day of its year. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const daysBefore1970 = 719_469;
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - daysBefore1970;
}
