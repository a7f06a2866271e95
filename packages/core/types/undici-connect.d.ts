// undici types its index alone.
export { buildConnector as default } from 'undici';
