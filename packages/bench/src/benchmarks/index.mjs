import { book } from './book.mjs';
import { decoders } from './decoders.mjs';
import { detection } from './detection.mjs';
import { load } from './import.mjs';
import { journal } from './journal.mjs';
import { memory } from './memory.mjs';
import { order } from './order.mjs';
import { receive } from './receive.mjs';
import { scale } from './scale.mjs';
import { snapshot } from './snapshot.mjs';
import { throttler } from './throttler.mjs';
import { userStream } from './user-stream.mjs';

/** What `npm run bench` can do, by name. */
export const benchmarks = {
  ...{ book, snapshot, receive, order, throttler, import: load, memory, 'user-stream': userStream },
  ...{ scale, detection, decoders, journal },
};
