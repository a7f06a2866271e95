import { program } from '@hb/eslint-config/program';

export default program(import.meta.dirname);
