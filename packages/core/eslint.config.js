import { core } from '@hb/eslint-config/core';

// `types` says what modules of others are, in their own terms.
export default [{ ignores: ['types/**'] }, ...core(import.meta.dirname)];
