using UcfActionRecognition.Samples;
using UcfActionRecognition.Samples.Part1;

return ConsoleProgram.Run(Part1Command.Create(), args);
