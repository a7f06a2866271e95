import { Buffer } from 'node:buffer';

import { createRandom } from '../feeds/random.mjs';

const seeds = [
  '{"e":"depthUpdate","E":1672515782136,"s":"BNBBTC","U":157,"u":160,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}',
  '{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":99999999999999,"u":100000000000000,"b":[["60000.01000000","0.50000000"],["59999.99","0.00000000"]],"a":[]}',
  '{"e":"depthUpdate","E":1672515782136,"s":"SHIBUSDT","U":1,"u":2,"b":[["0.00001234","123456789012.00"],["0.00001233","1.123456789012345678"]],"a":[["1e-5","1"]]}',
  '{"a":[["0.1","1"],["0.2","2"],["0.3","3"]],"b":[["0.09","1"]],"u":9,"U":8,"s":"A","E":7,"e":"depthUpdate"}',
  '{"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","T":1672515782136,"m":true,"M":true}',
  '{"result":null,"id":"1"}',
  '{"x":{"y":[1,-0.5,1.25e+10,true,false,null,"\\u00e9\\n"],"z":{}},"e":"depthUpdate","E":5,"s":"X","U":1,"u":1,"b":[],"a":[]}',
  ' [ 1 , "two" , { "three" : [ 3.0 , -3e-3 ] } , null ] ',
  '{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}',
  '{"time":1606294781,"time_ms":1606294781236,"channel":"spot.order_book_update","event":"update","result":{"t":1606294781123,"e":"depthUpdate","E":1606294781,"s":"ETH_USDT","U":48776301,"u":48776306,"b":[["19137.74","0.0001"],["19088.37","0"]],"a":[["19137.75","0.6135"]]}}',
  '{"topic":"/market/level2:BTC-USDT","type":"message","subject":"trade.l2update","data":{"changes":{"asks":[["67993.3","1.21427407","14701689783"]],"bids":[["67993.2","0","14701689784"]]},"sequenceEnd":14701689784,"sequenceStart":14701689783,"symbol":"BTC-USDT","time":1729816425625}}',
  '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["8476.98","415","0","13"],["8477","0","0","0"]],"bids":[["8476.97","256","0","12"]],"ts":"1597026383085","checksum":0,"prevSeqId":123455,"seqId":123456}]}',
  '{"channel":"l2Book","data":{"coin":"BTC","time":1754450974231,"levels":[[{"px":"113377.0","sz":"7.6699","n":17},{"px":"113376.0","sz":"4.13714","n":8}],[{"px":"113397.0","sz":"0.11543","n":3}]]}}',
  '{"lastUpdateId":1027024,"bids":[["4.00000000","431.00000000"]],"asks":[["4.00000200","12.00000000"],["4.1","0.5"]]}',
  '{"lastUpdateId":1027024,"E":1589436922972,"T":1589436922959,"bids":[["4.00000000","431.00000000"]],"asks":[["4.00000200","12.00000000"]]}',
  '{"id":123456,"current":1623898993123,"update":1623898993121,"asks":[["1.52","1.151"],["1.53","1.218"]],"bids":[["1.17","201.863"]]}',
  '{"code":"200000","data":{"time":1729176273859,"sequence":"14610502970","bids":[["66976.4","0.69109872"]],"asks":[["66976.5","0.05408199"]]}}',
].map((text) => Buffer.from(text));

// What mutations put in: marks of the grammar, odd numbers, odd keys, and bytes that are not UTF-8.
const tokens = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\n', '\t', '\u0000', '\u00a0', '\ufeff'],
  ...['0', '00', '-', '-0', '+1', '.', '.5', '1.', '1e5', '1E-5', '1e', '9007199254740993', '123456789012345678901234'],
  ...['0.000000000000000000000001', '999999999999999', '1000000000000000', 'NaN', 'Infinity', '0x1', '1_0'],
  ...[
    'true',
    'false',
    'null',
    'nul',
    'undefined',
    '"__proto__":',
    '"e":"depthUpdate",',
    '"b":[],',
    '"s":"Y",',
    '"U":3,',
    ...['"id":1,', '"error":null,', '"code":"1",', '"type":"message",', '"px":"1",', '"sz":"2",', '"pu":1,', '"n":7,'],
    ...['"code":"200000",', '"lastUpdateId":5,', '"id":7,', '"sequence":"9",', '"data":{},', '"label":"X",'],
    ...['"request_id":"1",', '"msg":"x",', '"time":5,', '"event":"update",', '{"px":"1","sz":"2"}', '"1","2","3"'],
  ],
  ...['"\\u0041"', '"\\ud800"', '"é"', '["1","2"]', '["0","1"]', '["1","2","3"]', '["1"]', '[[]]', '[["1","2"]]'],
].map((text) => Buffer.from(text));
const broken = [Buffer.from([0x80]), Buffer.from([0xc3]), Buffer.from([0xff]), Buffer.from([0xed, 0xa0, 0x80])];

/** Documents without end, the same for the same seed: frames as venues send them with none to four changes. */
export function* documents(seed) {
  const random = createRandom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  for (;;) {
    let bytes = pick(seeds);
    for (let left = Math.floor(random() * 5); left > 0; left -= 1) bytes = mutate(bytes, random, pick);
    yield bytes;
  }
}

const mutations = [
  (bytes, at) => [bytes.subarray(0, at), bytes.subarray(at + 1)],
  (bytes, at) => [bytes.subarray(0, at)],
  (bytes, at, to) => [bytes.subarray(0, at), bytes.subarray(to)],
  (bytes, at, to) => [bytes.subarray(0, to), bytes.subarray(at)],
  (bytes, at, _to, { pick }) => [bytes.subarray(0, at), pick(tokens), bytes.subarray(at)],
  (bytes, at, to, { pick }) => [bytes.subarray(0, at), pick(tokens), bytes.subarray(to)],
  (bytes, at, _to, { pick }) => [bytes.subarray(0, at), pick(broken), bytes.subarray(at)],
  (bytes, at, _to, { random }) => [bytes.subarray(0, at), [32 + Math.floor(95 * random())], bytes.subarray(at + 1)],
  (bytes, at, _to, { random }) => [bytes.subarray(0, at), [48 + Math.floor(10 * random())], bytes.subarray(at)],
];

function mutate(bytes, random, pick) {
  const at = Math.floor(random() * (bytes.length + 1));
  const to = Math.min(bytes.length, at + Math.floor(random() * 12));
  return Buffer.concat(pick(mutations)(bytes, at, to, { random, pick }).map((part) => Buffer.from(part)));
}
