export * from './chain.js';
export * from './contracts.js';
export * from './node.js';
