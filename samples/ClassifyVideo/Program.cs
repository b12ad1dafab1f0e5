using UcfActionRecognition.Samples;
using UcfActionRecognition.Samples.Classify;

return ConsoleProgram.Run(ClassifyCommand.Create(), args);
