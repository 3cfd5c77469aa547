import { defineConfig } from "vitepress";

export default defineConfig({
  title: "Weir",
  description: "A stream processor for threat intelligence",
  lang: "en",
  cleanUrls: true,
  srcExclude: ["review.md"],
  themeConfig: {
    nav: [
      { text: "Guide", link: "/guide/getting-started" },
      { text: "Reference", link: "/reference/bots/" },
      { text: "Differences from IntelMQ", link: "/differences" },
    ],
    search: { provider: "local" },
    sidebar: [
      {
        text: "Guide",
        items: [
          { text: "Getting started", link: "/guide/getting-started" },
          { text: "Concepts", link: "/guide/concepts" },
          { text: "Write a bot", link: "/guide/write-a-bot" },
          { text: "Test a botnet", link: "/guide/test-a-botnet" },
          { text: "Recover from failures", link: "/guide/recover-from-failures" },
          { text: "Move from IntelMQ", link: "/guide/move-from-intelmq" },
        ],
      },
      {
        text: "Reference",
        items: [
          { text: "Bots", link: "/reference/bots/" },
          { text: "Runtime parameters", link: "/reference/runtime" },
          { text: "Command line", link: "/reference/cli" },
          { text: "Error codes", link: "/reference/errors" },
          { text: "Editor support", link: "/reference/json-schema" },
        ],
      },
      { text: "Performance", link: "/performance" },
      { text: "Differences from IntelMQ", link: "/differences" },
    ],
  },
});
