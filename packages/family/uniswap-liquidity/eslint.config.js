import { connector } from '@hb/eslint-config/connector';

export default connector(import.meta.dirname);
