export { default } from '@hb/vitest-config';
