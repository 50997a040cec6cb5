import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Where the bundle serves the console. The output goes into target/ unless Maven says otherwise.
export default defineConfig({
  base: '/hawtio/',
  plugins: [react()],
  build: {
    outDir: process.env.CONSOLE_OUTPUT ?? '../../../target/console',
    emptyOutDir: true,
    sourcemap: false,
    chunkSizeWarningLimit: 6000,
  },
})
