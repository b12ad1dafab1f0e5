using UcfActionRecognition.Samples;
using UcfActionRecognition.Samples.Part1;

return ConsoleProgram.Run(new Part1Command().Create("Part 1: recognises the action in a video from its single frames."), args);
