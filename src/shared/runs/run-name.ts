const adjectives = (
  'amber agile blue bold brave bright brisk calm clever coral cosmic crimson curious dapper daring eager early fair ' +
  'fancy fast fearless fond free fresh gentle glad golden grand green happy hidden honest humble indigo ivory jade ' +
  'jolly keen kind lively loyal lucky lunar mellow merry mighty misty modest neat nimble noble olive patient placid ' +
  'polite proud purple quick quiet radiant rapid royal ruby rustic scarlet serene sharp shiny silent silver sincere ' +
  'smart smooth snowy solar solid spry steady stoic sunny swift tender tidy topaz tranquil upbeat vivid warm wise witty zesty'
).split(' ');

const animals = (
  'albatross alpaca ant antelope badger bat bear beaver bee bison boar buffalo butterfly camel caracal cat chamois ' +
  'cheetah cobra condor coyote crab crane cricket crow deer dingo dogfish dolphin dove dragonfly duck eagle eel egret ' +
  'elk emu falcon ferret finch firefly flamingo fox frog gazelle gecko gibbon giraffe goat goose gopher grouse gull ' +
  'hare hawk hedgehog heron hornet horse ibex ibis jackal jaguar jay kestrel koala lark lemur leopard lion lizard llama ' +
  'lobster lynx macaw magpie mantis marmot marten mole mongoose moose moth mouse newt ocelot octopus orca oriole osprey ' +
  'ostrich otter owl oyster panda panther parrot pelican penguin pigeon plover pony puffin puma quail rabbit raccoon ' +
  'raven rhino robin salmon seal shark sheep shrew skunk sloth snail sparrow spider squid starling stork swallow swan ' +
  'tapir tern tiger toad toucan trout turtle viper vole wallaby walrus wasp weasel whale wolf wombat wren yak zebra'
).split(' ');

const pick = (words: readonly string[], random: () => number): string =>
  words[Math.floor(random() * words.length)] as string;

/** Returns a readable name for a run, such as `purple-dogfish`. Unlike the run's id, it is not unique. */
export function generateRunName(random: () => number = Math.random): string {
  return `${pick(adjectives, random)}-${pick(animals, random)}`;
}
