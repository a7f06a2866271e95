import { testkit } from '@hb/eslint-config/testkit';

export default testkit(import.meta.dirname);
