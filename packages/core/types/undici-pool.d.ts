// undici types its index alone.
export { Pool as default } from 'undici';
