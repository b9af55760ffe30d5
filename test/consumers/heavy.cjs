/** Which of the packages that take long to load are loaded. */
exports.heavy = () => {
  const paths = Object.keys(require.cache).map((path) => path.replaceAll('\\', '/'));
  return ['zod', 'axios', 'form-data'].filter((name) => paths.some((path) => path.includes(`/node_modules/${name}/`)));
};
