import { hostile } from '../../testing/hostile.ts'

hostile('timers that set timers without end are stopped', {
  code: `export default () => new Promise(() => { const again = () => { setTimeout(again, 0); setTimeout(again, 0) }; again() })`,
  endsAs: ['cpu_limit', 'memory_limit', 'code_error'],
})
