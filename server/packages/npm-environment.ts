/** What npm itself needs to know: where the registry is, how to reach it, and who we are there. */
const kept =
  /^(?:PATH|HOME|TMPDIR|LANG|LC_ALL|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|(?:https?|all|no)_proxy|npm_config_(?:registry|userconfig|globalconfig|https?_proxy|proxy|noproxy|ca|cafile|strict_ssl|_auth\w*|@[^=]*|\/\/[^=]*))$/i

/**
 * The environment npm runs with: nothing of the server's own, so no secret of ours is within the reach of what npm
 * does, and no setting of the npm that started us changes what is installed or where.
 */
export function npmEnvironment(environment: { [name: string]: string | undefined }): { [name: string]: string } {
  const chosen: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(environment)) if (value !== undefined && kept.test(name)) chosen[name] = value
  return chosen
}
