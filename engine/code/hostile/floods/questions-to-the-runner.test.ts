import { hostile } from '../../testing/hostile.ts'

hostile('questions to the runner count as the run’s own time', {
  code: `export default () => { for (;;) crypto.getRandomValues(new Uint8Array(65536)) }`,
  endsAs: ['cpu_limit', 'wall_limit'],
})
