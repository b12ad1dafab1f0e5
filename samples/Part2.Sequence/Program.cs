using UcfActionRecognition.Samples;
using UcfActionRecognition.Samples.Part2;

return ConsoleProgram.Run(new Part2Command().Create("Part 2: recognises the action in a video from clips of 16 frames, with a 3D ResNet."), args);
