/** An HTTP proxy, as parsed by `readProxy`. */
export type Proxy = {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** The value of `proxy-authorization`. */
  readonly authorization: string | undefined;
};

/**
 * A proxy from `http://user:password@host:port` or the same with `https:`.
 * Throws a `TypeError`, which never shows the password, for any other text: nothing goes out directly by mistake.
 */
export function readProxy(text: string): Proxy {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('a proxy is written http://host:port or https://host:port; others, such as SOCKS, do not work');
  }
  const secure = url.protocol === 'https:';
  const usual = secure ? 443 : 80;
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
    secure,
    authorization: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  };
}
