const oneName = /^[A-Za-z0-9~][A-Za-z0-9._~-]*$/
const oneScope = /^@[A-Za-z0-9~][A-Za-z0-9._~-]*$/
const exactVersion =
  /^\d{1,15}\.\d{1,15}\.\d{1,15}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/
const tag = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/
/** The registry's own limit. */
const mostLetters = 214

/** Whether a text can name a package in a registry: no path, no address, no option of a command, no folder of npm's own. */
export function isPackageName(text: string): boolean {
  if (text.length > mostLetters) return false
  const [first = '', second, ...more] = text.split('/')
  if (more.length > 0) return false
  const name = second === undefined ? first : second
  if (second !== undefined && !oneScope.test(first)) return false
  return oneName.test(name) && !['node_modules', 'favicon.ico'].includes(name.toLowerCase())
}

/** `1.2.3`, `1.2.3-beta.1`: one version and no range of them. */
export function isExactVersion(text: string): boolean {
  return text.length <= 256 && exactVersion.test(text)
}

/** `latest`, `next`: what the people behind a package call one of its versions. */
export function isVersionTag(text: string): boolean {
  return tag.test(text)
}

/** The package that `lodash-es/chunk.js` or `@scope/name/file` is in; undefined for what names no package. */
export function packageOf(specifier: string): string | undefined {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  return isPackageName(name) ? name : undefined
}
