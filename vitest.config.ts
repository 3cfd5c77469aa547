import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
    testTimeout: 60_000,
    // Some tests watch the clock of a machine that others use, too.
    retry: process.env.CI === "true" ? 2 : 0,
    hookTimeout: 60_000,
  },
});
