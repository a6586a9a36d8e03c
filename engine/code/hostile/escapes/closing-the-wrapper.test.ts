import { hostile } from '../../testing/hostile.ts'

hostile('text that closes the compiler’s wrapper doesn’t compile', {
  code: `export default () => 1 })}); globalThis.left = 1; (() => {(() => {`,
  endsAs: 'code_syntax',
})
