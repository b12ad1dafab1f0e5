using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace UcfActionRecognition.Tests;

/// <summary>Runs an action on a thread that file modes apply to, also when the tests run as root.</summary>
internal static partial class UnprivilegedThread
{
    private const int Nobody = 65534;

    public static void Run(Action action)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Needs Linux's file modes and setfsuid.");
        }

        Exception? error = null;
        var thread = new Thread(() =>
        {
            // Of this thread alone: the user whose rights its file accesses have. Root keeps the right to come back.
            uint own = GetEffectiveUser();
            if (own == 0)
            {
                _ = SetFileUser(Nobody);
            }

            try
            {
                action();
            }
            catch (Exception caught)
            {
                error = caught;
            }
            finally
            {
                _ = SetFileUser((int)own);
            }
        });
        thread.Start();
        thread.Join();
        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileUser(int user);
}
