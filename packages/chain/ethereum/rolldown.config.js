import { bundled } from '@hb/rolldown-config';

export default [bundled('src/index', 'src/keystore', 'emulator/index'), bundled('simulation/chain')];
