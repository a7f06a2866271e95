export { tooling as default } from '@hb/vitest-config';
