@echo off
rem The command line of the installed app: its own Node runs it, whatever the machine has.
rem It mostly waits in the background: a small young generation keeps memory free. A hosted coordinator is busy.
setlocal
set young=1
if "%~1"=="coordinator" set young=16
"%~dp0..\runtime\node.exe" --max-semi-space-size=%young% "%~dp0..\app.asar.unpacked\out\main\cli.js" %*
