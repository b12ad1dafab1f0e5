namespace UcfActionRecognition.Tests;

/// <summary>A case of <see cref="LongForm"/> beside others that the suite runs.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class LongTestCaseAttribute : TestCaseAttribute
{
    public LongTestCaseAttribute(params object?[] arguments)
        : base(arguments)
    {
        Explicit = true;
        Reason = LongForm.Reason;
        Category = LongForm.Category;
    }
}
