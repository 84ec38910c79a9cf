import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts", "src/conversations/wasm"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    extends: [jsxA11y.flatConfigs.strict],
    languageOptions: { globals: globals.browser },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Foreign HTML belongs in the sandboxed frame." },
      ],
      "no-restricted-globals": ["error", { name: "fetch", message: "Go through src/api/client.ts." }],
    },
  },
  { files: ["src/api/client.ts", "**/*.test.{ts,tsx}"], rules: { "no-restricted-globals": "off" } },
  { files: ["scripts/**/*.mjs", "vite/**", "*.config.*"], languageOptions: { globals: globals.node } },
);
