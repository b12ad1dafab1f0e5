using UcfActionRecognition.Samples;
using UcfActionRecognition.Samples.Part3;

return ConsoleProgram.Run(Part3Command.Create(), args);
