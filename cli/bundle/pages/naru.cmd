@echo off
rem Runs the program with the Node.js of this folder, or with the one on the PATH where there is none.
setlocal
set "NODE_PROGRAM=%~dp0node\bin\node.exe"
if not exist "%NODE_PROGRAM%" set "NODE_PROGRAM=node"
"%NODE_PROGRAM%" "%~dp0cli\bundle\start.js" %*
exit /b %errorlevel%
