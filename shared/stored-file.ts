import { isJsonObject } from './is-json-object.ts'

/** A file as it stands in a run's data: its bytes are kept elsewhere, under its id. */
export interface StoredFile {
  $file: string
  name: string
  type: string
  size: number
}

/** Bytes that stand in the data itself. */
export interface InlineBytes {
  base64: string
  type: string
}

/** The file a value is; undefined for any other value. What of its words is missing is empty. */
export function storedFileFrom(value: unknown): StoredFile | undefined {
  if (!isJsonObject(value)) return undefined
  const { $file, name, type, size } = value
  if (typeof $file !== 'string' || !/^file_[a-z0-9]{1,64}$/.test($file)) return undefined
  return {
    $file,
    name: typeof name === 'string' ? name : '',
    type: typeof type === 'string' ? type : '',
    size: typeof size === 'number' ? size : 0,
  }
}

/** The bytes a value is, as a body that is no text comes in; undefined for any other value. */
export function inlineBytesFrom(value: unknown): InlineBytes | undefined {
  if (!isJsonObject(value) || typeof value['base64'] !== 'string') return undefined
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(value['base64'])) return undefined
  return { base64: value['base64'], type: typeof value['type'] === 'string' ? value['type'] : '' }
}
