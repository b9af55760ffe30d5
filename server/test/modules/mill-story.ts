/** Eight paragraphs written for these tests, with what makes sentences hard to split: titles, initials, hyphens, quotes. */
export const millStory = `The mill stood where the river bends, an hour north of the town. It had stood there for two hundred years, and for all of
them the same family had ground the flour of the valley. Mr. Aldous Pell was the last of them.

He was a quiet man with flour in his eyebrows. Every morning at five he opened the sluice, listened to the wheel take up the water, and
went back in to light the stove. "A wheel tells you everything," he used to say. Nobody knew what he meant.

In the spring of the flood the river came over the meadow in one night. The lower door was torn from its hinges, and the water stood
knee-deep between the sacks. Forty sacks of flour were lost, which was the harvest of three farms.

The farmers came with carts and shovels. They dug the mud out of the wheel pit for nine days. Dr. Imre Voss, who had never held a shovel
in his life, dug with them until his hands bled.

On the tenth day the wheel turned again. It turned slowly at first, with a groan that was heard in the town, and then it turned as it
always had. The farmers sat on the wall and ate bread that was not yet paid for.

That summer a letter came from the steam works in the city. They offered to buy the mill, the meadow and the water right for more money
than the valley had ever seen. Pell read the letter twice and put it under the lamp.

He asked the farmers, because the flour was theirs. The flood had shown him that the mill was not his alone: it belonged to those who dug.
They talked until midnight, and in the end they voted by putting grains into a bowl.

The bowl is still there. It holds forty-one grains of wheat against two of rye, and the mill still grinds. The steam works closed long
ago, and its chimney was taken down for the bricks.
`;
