/** Magento's own error pages (`pub/errors/default`), word for word. */
const page = (title: string, main: string): string => `<!doctype html>
<html xmlns="http://www.w3.org/1999/xhtml" >
<head>
    <title>${title}</title>
    <base href="http&#x3A;&#x2F;&#x2F;127.0.0.1&#x2F;errors&#x2F;default&#x2F;" />
    <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
    <meta name="robots" content="*"/>
    <link rel="stylesheet" href="css/styles.css" type="text/css" />
    <link rel="icon" href="images/favicon.ico" type="image/x-icon" />
    <link rel="shortcut icon" href="images/favicon.ico" type="image/x-icon" />
</head>
<body>
    <main class="page-main">
        
${main}
    </main>
</body>
</html>
`;

/** 503 while `bin/magento maintenance:enable` is in force. */
export const maintenancePage: string = page(
  'Error 503: Service Unavailable',
  `<h1>Service Temporarily Unavailable</h1>
<p>
    The server is temporarily unable to service your request due to maintenance downtime or capacity problems.
    Please try again later.
</p>`,
);

/** 500 for a request the REST API could not even begin to answer, e.g. one that accepts only HTML. */
export const errorPage = (recordNumber: string): string =>
  page(
    'There has been an error processing your request',
    `<h1>There has been an error processing your request</h1>
    <p><em>Exception printing is disabled by default for security reasons.</em></p>

    <p>Error log record number: ${recordNumber}</p>`,
  );

/** 502 as nginx answers for a PHP-FPM that is gone. */
export const badGatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx</center>
</body>
</html>
`;

/** 500 text of a PHP process that failed outside the REST API's own error handling. */
export const runFailure = 'An error has happened during application run. See exception log for details.\n';
